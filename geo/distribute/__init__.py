"""The same figures for many municipalities: partitions of layers, worked on by dask.distributed."""

"""Two engines that know SQL and geometry, asked in one way: DuckDB with spatial, and SedonaDB."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.support import account_sql

THREADS = 2  # as many as ours


class Duck:
    """
    DuckDB. The extension is installed from its wheel, without internet, into the folder.

    Threads share a table out by row groups, of which a town of 100 000 plots is one as they come.
    """

    def __init__(self, folder):
        import duckdb  # noqa: PLC0415  # neither engine is in the memory of the other
        from duckdb_extensions import import_extension  # noqa: PLC0415  # of one engine alone

        settings = {"extension_directory": str(folder), "threads": THREADS}
        self.database = duckdb.connect(config=settings)
        import_extension("spatial", con=self.database)
        self.database.load_extension("spatial")
        self.database.execute("ATTACH ':memory:' AS town (ROW_GROUP_SIZE 2048); USE town")
        self.database.execute("CREATE MACRO ST_Collect_Agg(shape) AS ST_Collect(list(shape))")

    def load(self, name, frame):
        table = pd.DataFrame(frame.drop(columns="geometry"))
        given = table.assign(row=np.arange(len(frame)), wkb=frame.geometry.to_wkb())
        self.database.register("given", given)
        self.keep(name, "SELECT * EXCLUDE wkb, ST_GeomFromWKB(wkb) AS geom FROM given")
        self.database.unregister("given")

    def read(self, name, path):
        self.keep(name, f"SELECT * RENAME (geometry AS geom) FROM read_parquet('{path}')")  # noqa: S608  # a path of ours

    def keep(self, name, query):
        self.database.execute(f"CREATE TABLE {name} AS {query}")

    def drop(self, name):
        self.database.execute(f"DROP TABLE {name}")

    def table(self, name):
        return self.database.table(name).df()


class Sedona:
    """SedonaDB, whose tables are kept in memory."""

    def __init__(self, _folder):
        import sedonadb  # noqa: PLC0415  # of one engine alone

        self.context = sedonadb.connect()
        for setting in (
            f"execution.target_partitions = {THREADS}",
            # Shapes that are calculated are no views, and a union wants all alike.
            "execution.parquet.schema_force_view_types = false",
        ):
            self.context.sql(f"SET datafusion.{setting}").execute()

    def load(self, name, frame):
        given = frame.assign(row=np.arange(len(frame))).rename_geometry("geom")
        # Without a reference system: SedonaDB loses it in a union, and then finds two of them.
        given = given.set_crs(None, allow_override=True)
        self.context.create_data_frame(given).to_memtable().to_view(name)

    def read(self, name, path):
        self.context.read_parquet(path).to_view("given", overwrite=True)
        others = [column for column in self.context.view("given").columns if column != "geometry"]
        columns = ", ".join(others)
        self.keep(name, f"SELECT {columns}, ST_SetSRID(geometry, 0) AS geom FROM given")  # noqa: S608  # columns of ours

    def keep(self, name, query):
        self.context.sql(query).to_memtable().to_view(name)

    def drop(self, name):
        self.context.drop_view(name)

    def table(self, name):
        return self.context.view(name).to_pandas()


def account(engine, rules, *, measured, core=False):
    """Return the totals of every zone, by the engine, whose tables are loaded."""
    for name, query, done in account_sql.steps(rules, measured=measured, core=core):
        engine.keep(name, query)
        for other in done:
            engine.drop(other)
    totals = engine.table("total").set_index("zone_id")
    engine.drop("total")
    return totals

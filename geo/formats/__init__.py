"""Layers written as files, a module a format; nothing here knows what a layer is about."""

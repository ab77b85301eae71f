"""Parts that several pages show: tables, charts, legends, uploads and sentences."""

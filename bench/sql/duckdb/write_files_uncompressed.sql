COPY (SELECT * FROM read_parquet({files})) TO '{parquet}' (FORMAT parquet, COMPRESSION uncompressed)

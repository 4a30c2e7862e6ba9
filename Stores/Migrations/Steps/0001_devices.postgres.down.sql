DROP TABLE devices; DROP TABLE customer_counts; DROP TABLE customers; DROP TABLE write_probe;

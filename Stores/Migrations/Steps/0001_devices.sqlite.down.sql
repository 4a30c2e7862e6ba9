DROP TABLE devices; DROP TABLE customers;

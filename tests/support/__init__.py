"""What tests share: small worlds, servers, files and readers."""

"""What users see, kept as files: a change of code that is to change none of it is held to them."""

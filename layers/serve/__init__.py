"""The app as a server for many: started warm, in one process or several, and stopped well."""

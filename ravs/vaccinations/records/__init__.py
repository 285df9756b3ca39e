"""Records: finding, reading, editing and deleting what an organisation recorded."""

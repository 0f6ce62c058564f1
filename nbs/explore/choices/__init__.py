"A project that gives the same files in three ways"

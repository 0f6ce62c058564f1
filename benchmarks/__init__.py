"Paired measurements of our responses and their peers: `make bench`, or `python -m benchmarks --help`"

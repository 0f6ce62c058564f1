"A small Django project that shows fileresponse at work; start it with `python -m example`"

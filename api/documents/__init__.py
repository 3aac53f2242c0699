"""Papers and sheets for people: .docx, .xlsx, .ics. Values in, bytes out.

Nothing here knows web, database or clock: the moment of making is an argument, so the
same values give the same bytes. Every text goes through `text.clean`.
"""

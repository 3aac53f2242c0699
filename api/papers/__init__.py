"""Papers and sheets for people: .docx, .xlsx, .ics. Values in, bytes out."""

"""A worker that `inspector serve` starts beside itself; people use `inspector worker`.

Its jobs' processes import this file once more, so nothing stands at its top.
"""

if __name__ == "__main__":
    from api.operations.serve import beside

    beside()

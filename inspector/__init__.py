"""阳光双随机 (Sunlot): randomised inspection that anyone can check."""

__version__ = "0.1.0"

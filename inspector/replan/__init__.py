"""重排: a sealed plan changed as little as possible, without any name."""

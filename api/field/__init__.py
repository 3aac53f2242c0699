"""Field work: duties, visits, results, reviews, objections, what a QR code opens."""

"""抽查结果: what officers write, review, publication, objections."""

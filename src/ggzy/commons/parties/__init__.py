"""The register of parties: who may take part in trading, once for every market (M08)."""

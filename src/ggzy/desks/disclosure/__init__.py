"""The desk that makes records public: an index that follows the ledger, and what the portal asks of it."""

"""How public data leaves the portal's own pages: feeds, calendars, site maps, widgets for other sites."""

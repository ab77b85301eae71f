"""Official data fetched from the page: the services asked, what they gave, and its way into use."""

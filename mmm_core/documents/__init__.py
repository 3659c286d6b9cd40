"""What leaves the app on paper: the scope that people sign, once as data, then as HTML and as a workbook."""

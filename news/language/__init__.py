"""What Russian and Kazakh are: detection, analysis, scripts, keyboard layouts, the bilingual lexicon."""

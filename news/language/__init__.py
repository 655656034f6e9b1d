"""What Russian and Kazakh are: detection, analysis, scripts, keyboard layouts, the bilingual lexicon.

Words as typed or printed come in. Languages, conflation keys, other spellings and concepts shared by both languages
leave. Nothing here knows of news: no articles, no topics, no store.
"""

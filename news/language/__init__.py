"""What Russian and Kazakh are: detection, analysis, scripts, keyboard layouts, the bilingual lexicon.

In come words as typed or printed. Out go languages, conflation keys, other spellings, and concepts that both languages
share. It knows nothing of news: no articles, no topics, no store.
"""

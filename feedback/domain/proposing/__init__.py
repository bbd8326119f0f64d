"""What the words of a complaint suggest to intake: category, urgency, a possible denunciation, a twin.

Nothing is applied by itself: a person decides, and is told which words led to each suggestion. The words are data
(``*.json`` beside the rules), matched with their accents where the writer used them and without where not.
"""

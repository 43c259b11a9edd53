"""The contact form."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language

from tests.site.content import CONTENT


class ContactForm(forms.Form):
    """Ask for what an answer needs; labels in the page's language."""

    name = forms.CharField(max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    message = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, data: object = None) -> None:
        super().__init__(data, label_suffix="")
        labels = CONTENT[(get_language() or "en")[:2]]["contact"]["fields"]
        for name, field in self.fields.items():
            field.label = labels[name]

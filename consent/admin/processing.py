"""What a notice says for the record of processing (Art. 30), to download."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language

from consent.admin.base import ModelAdmin
from consent.exports.processing import FORMS, ProcessingError, document_of, processing_text
from consent.models import Notice

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class ProcessingMixin(ModelAdmin):
    """Notices from which the record of processing can be filled: ``consent_notice_processing``.

    The address takes a notice's primary key, ``?format=csv`` or ``json``, and ``?language=``, by
    default that of the page. Whoever may view notices may have it: it says nothing of visitors.
    """

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        view = self.admin_site.admin_view(self.processing_view)
        name = "consent_notice_processing"
        return [path("<int:pk>/processing/", view, name=name), *super().get_urls()]

    def processing_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the file; 404 for what is not there, in that language or form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = request.GET.get("format", "csv")
        row = Notice.objects.filter(pk=pk).first() if pk < 2**63 else None
        if row is None or form not in FORMS:
            raise Http404
        try:
            document = document_of(row, request.GET.get("language") or get_language() or "en")
        except ProcessingError as error:
            raise Http404(str(error)) from None
        response = HttpResponse(processing_text(document, form), content_type=_TYPES[form])
        name = f"processing-notice-{row.number}-{document['language']}.{form}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

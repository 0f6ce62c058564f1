"Which address leads to which view"
from django.urls import path

from . import pages, views

urlpatterns = [
    path('', pages.index),
    path('disk/<str:name>', views.from_disk),
    path('s3/<str:name>', views.from_s3),
    path('be/<str:name>', pages.be),
    path('leave', pages.leave),
    path('stats', pages.stats),
    path('crowd/start', pages.start_crowd),
    path('crowd/stop', pages.stop_crowd),
    path('static/<str:name>', pages.static),
]

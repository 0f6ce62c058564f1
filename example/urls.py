"Which address leads to which view"
from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from fileresponse.views import AsyncPathFileView

from . import pages, views

urlpatterns = [
    path('', pages.index, name='index'),
    path('login', LoginView.as_view(template_name='login.html'), name='login'),
    path('logout', LogoutView.as_view(), name='logout'),
    path('disk/<path:path>', views.FromDisk.as_view()),
    path('s3/<path:path>', views.FromS3.as_view()),
    path('shared/<path:path>', views.Shared.as_view(), name='shared'),
    path('zip/lake.zip', views.Album.as_view()),
    path('share', pages.share),
    path('stats', pages.stats),
    path('crowd/start', pages.start_crowd),
    path('crowd/stop', pages.stop_crowd),
    path('static/<path:path>', AsyncPathFileView.as_view(root=settings.BASE / 'static')),
]

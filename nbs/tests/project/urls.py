"Where the test project's views are"
from django.urls import path

from . import views

urlpatterns = [
    path('', views.alive),
    path('disk/<path:name>', views.disk),
    path('sync/disk/<path:name>', views.sync_disk),
    path('s3/<str:bucket>/<path:key>', views.s3),
    path('sync/s3/<str:bucket>/<path:key>', views.sync_s3),
    path('decorated/<path:name>', views.decorated),
    path('counting/<int:size>', views.counting),
    path('sync/counting/<int:size>', views.sync_counting),
    path('text/<str:word>', views.text),
    path('tasks', views.tasks),
]

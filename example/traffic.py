"Add up what each visitor has been sent"
from collections import Counter

from django.dispatch import receiver

from fileresponse.signals import file_sent

sent = Counter()  # bytes, by name; a project with several processes keeps it in the database


@receiver(file_sent)
async def count(sender, request, bytes_sent, **kwargs):
    "A response is over, whether all of it was sent or the client has left"
    user = await request.auser()
    sent[user.get_username().title() or 'strangers'] += bytes_sent

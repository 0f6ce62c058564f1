"What the measurements need besides the package, installed where that is possible"
import os,shutil,subprocess

packages = dict(nginx='nginx', cc='gcc', openssl='openssl', wrk='wrk') # Command, and the package of Debian that has it

def install(say):
    "Install commands that are missing, if this is Debian and we are root; say what stays missing"
    missing = [v for k,v in packages.items() if not shutil.which(k)]
    if missing and os.geteuid()==0 and shutil.which('apt-get'):
        say('installing', *missing)
        env = os.environ | dict(DEBIAN_FRONTEND='noninteractive')
        extra = ['libc6-dev'] if 'gcc' in missing else []
        for command in (['update'], ['install', '-y', '--no-install-recommends', *missing, *extra]):
            subprocess.run(['apt-get', '-qq', *command], env=env, stdout=subprocess.DEVNULL)
    for command,package in packages.items():
        if shutil.which(command): continue
        say(f'{command} is missing (Debian: apt-get install {package}): what needs it is skipped')

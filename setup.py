"Package metadata, read from `settings.ini`: edit that, not this"
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
ini = ConfigParser(delimiters=['='])
ini.read(here/'settings.ini', encoding='utf-8')
cfg = ini['DEFAULT']

status = {'1':'Planning', '2':'Pre-Alpha', '3':'Alpha', '4':'Beta', '5':'Production/Stable'}[cfg['status']]
minors = [int(cfg[o].split('.')[1]) for o in ('min_python', 'max_python')]
lib = cfg['lib_path']

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'], keywords=cfg['keywords'].split(),
    author=cfg['author'], author_email=cfg['author_email'], license_expression=cfg['license_spdx'],
    url=cfg['git_url'],
    project_urls={'Documentation': cfg['doc_host']+cfg['doc_baseurl'], 'Source': cfg['git_url'],
                  'Changelog': f"{cfg['git_url']}/blob/{cfg['branch']}/CHANGELOG.md"},
    long_description=(here/'README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    classifiers=[
        f"Development Status :: {cfg['status']} - {status}",
        f"Intended Audience :: {cfg['audience']}",
        f"Natural Language :: {cfg['language']}",
        'Framework :: AsyncIO', 'Typing :: Typed',
        'Framework :: Django', *[f'Framework :: Django :: {o}' for o in cfg['django_versions'].split()],
        'Programming Language :: Python :: 3 :: Only',
        *[f'Programming Language :: Python :: 3.{o}' for o in range(minors[0], minors[1]+1)]],
    python_requires='>='+cfg['min_python'], install_requires=cfg['requirements'].split(),
    extras_require={o:cfg[f'{o}_requirements'].split() for o in ('s3','obstore','checksums','bench','dev')},
    packages=find_packages(include=[lib, f'{lib}.*']), package_dir={'': '.'},
    package_data={lib: cfg['package_data'].split()},
    entry_points={'nbdev': [f'{lib}={lib}._modidx:d']},
    zip_safe=False)

"Build `docs` and `README.md` from the notebooks, without Quarto"
import re,sys
from html import unescape
from pathlib import Path
from posixpath import dirname,normpath
from shutil import copytree,rmtree
from urllib.parse import unquote

import yaml
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.quarto import IndentDumper,refresh_quarto_yml
from nbdev.serve import proc_nbs
from smalldocs.site import build

no_pages = r'^[_.]|^tests$' # folders of `nbs` that have no pages

def write_sidebar(nbs:Path): # Folder of the notebooks
    "Write `sidebar.yml`: the home page, the modules in reading order, then a section for each folder"
    sections = {}
    for o in nbglob(nbs, skip_folder_re=no_pages, as_path=True).sorted():
        title = 'Library' if o.parent==nbs else o.parent.name.title()
        if o.name!='index.ipynb': sections.setdefault(title, []).append(str(o.relative_to(nbs)))
    contents = ['index.ipynb', *[dict(section=k, contents=v) for k,v in sections.items()]]
    site = dict(website=dict(sidebar=dict(contents=contents)))
    (nbs/'sidebar.yml').write_text(yaml.dump(site, Dumper=IndentDumper, sort_keys=False))

def rename_pages(proc:Path, # Folder of the notebooks prepared by nbdev
                 site:str): # Where the docs are published
    "Name each page as nbdev's links do (`01_http.ipynb` becomes `http.html`), and make links to our own pages relative"
    pages = [*proc.rglob('*.ipynb')]
    names = {o.name:re.sub(r'^\d+[a-z]?_', '', o.name) for o in pages}
    for o in [*pages, proc/'sidebar.yml']:
        up = '../'*(len(o.relative_to(proc).parts)-1)
        txt = o.read_text(encoding='utf-8').replace(f'{site}/', up)
        for old,new in names.items(): txt = re.sub(rf'(?<![\w-]){re.escape(old)}', new, txt)
        o.write_text(txt, encoding='utf-8')
        o.rename(o.with_name(names.get(o.name, o.name)))

def readme(home:str, # Markdown copy of the home page
           site:str): # Where the docs are published
    "The home page as README, its links absolute"
    home = re.sub(r'(\]\((?!\w+:|#)[^)\s]*?)\.llms\.md', r'\1.html', home)
    return re.sub(r'\]\((?!\w+:|#)', f']({site}/', home)

def broken_links(docs:Path, # Folder of the built site
                 site:str): # Where it is published
    "Links of the site, and from the README into it, that lead to no file or to no heading there"
    pages = {str(o.relative_to(docs)):o.read_text(encoding='utf-8') for o in docs.rglob('*.html')}
    ids = {k:set(re.findall(r'\bid="([^"]+)"', v)) for k,v in pages.items()}
    links = [(k,o) for k,v in pages.items() for o in re.findall(r'\b(?:href|src)="([^"]*)"', v)]
    home = (docs.parent/'README.md').read_text(encoding='utf-8')
    links += [('README.md', o) for o in re.findall(r'\]\(([^)\s]+)', home)]
    for page,link in sorted(set(links)):
        path,_,frag = unquote(unescape(link)).replace(f'{site}/', '../'*page.count('/')).partition('#')
        if re.match(r'\w+:|//', path): continue
        to = normpath(f'{dirname(page)}/{path}'.lstrip('/')) if path else page
        if not (docs/to).exists() or frag and to in ids and frag not in ids[to]: yield f'{page}: broken link {link}'

def main():
    "Build the site, copy it to `docs`, write the README, and exit with 1 when a link is broken"
    cfg = get_config()
    site = cfg.doc_host+cfg.doc_baseurl
    refresh_quarto_yml()
    write_sidebar(cfg.nbs_path)
    proc = proc_nbs(force=True, skip_folder_re=no_pages)
    rename_pages(proc, site)
    built = build(proc, quiet=True)
    (built.out/'sitemap.xml').unlink() # has build times in it, so no two builds would agree
    rmtree(cfg.doc_path, ignore_errors=True)
    copytree(built.out, cfg.doc_path)
    home = (cfg.doc_path/'index.llms.md').read_text(encoding='utf-8')
    (cfg.config_path/'README.md').write_text(readme(home, site), encoding='utf-8')
    problems = [*[o for o in built.warnings if 'output-file' not in o], *broken_links(cfg.doc_path, site)]
    if problems: sys.exit('\n'.join(problems))

if __name__=='__main__': main()

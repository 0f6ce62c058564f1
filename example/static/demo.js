// The live panel: asks the server twice a second what is on its way, and draws the last minute.
const STEP = 500, COLUMNS = 120, ROWS = 4
const history = []      // one sample each STEP: {memory, bands: [{number, source, rate}]}
let seen = new Map()    // number of a stream -> bytes it had sent at the last sample
let sampled = performance.now() - STEP
const byId = id => document.getElementById(id)
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const sum = (list, value) => list.reduce((total, item) => total + value(item), 0)

function bytes(n) {
  const [unit, size] = n < 999.5e3 ? ['KB', 1e3] : n < 999.5e6 ? ['MB', 1e6] : ['GB', 1e9]
  return `${(n / size).toFixed(n && n / size < 9.95 ? 1 : 0)} ${unit}`
}

// How fast each stream has been since the last sample; disk first, then S3, oldest first.
function measure(streams) {
  const now = performance.now(), seconds = (now - sampled) / 1000
  for (const stream of streams) stream.rate = Math.max(0, stream.sent - (seen.get(stream.number) ?? 0)) / seconds
  seen = new Map(streams.map(stream => [stream.number, stream.sent]))
  sampled = now
  return streams.sort((a, b) => b.source.localeCompare(a.source, 'en', {caseFirst: 'upper'}) || a.number - b.number)
}

// The next round number above `value`: 1, 2 or 5 with zeros.
function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(value))
  return size * [1, 2, 5, 10].find(step => step * size >= value)
}

// A clean canvas with a grid and labels, and what turns a value into a height.
function sheet(id, top) {
  const canvas = byId(id), width = canvas.clientWidth, height = +canvas.dataset.height, scale = devicePixelRatio
  canvas.width = width * scale
  canvas.height = height * scale
  canvas.style.height = `${height}px`
  const pen = canvas.getContext('2d')
  pen.scale(scale, scale)
  pen.font = '11px system-ui, sans-serif'
  const y = value => height - 1 - (height - 8) * value / top
  return {pen, width, height, y, top, x: n => width * n / COLUMNS}
}

// Lines at the bottom, the middle and the top, with their values; drawn last, so that they stay readable.
function grid({pen, width, y, top}, unit) {
  for (const value of [0, top / 2, top]) {
    pen.fillStyle = colour('--line')
    pen.fillRect(0, y(value), width, 1)
    if (!value) continue
    pen.strokeStyle = colour('--paper')
    pen.lineWidth = 4
    pen.lineJoin = 'round'
    pen.strokeText(bytes(value) + unit, 2, y(value) + 12)
    pen.fillStyle = colour('--soft')
    pen.fillText(bytes(value) + unit, 2, y(value) + 12)
  }
}

// One column a sample, one band a stream; neighbours differ in strength so that each can be seen.
function drawFlow() {
  const most = Math.max(...history.map(sample => sum(sample.bands, band => band.rate)))
  const paper = sheet('flow', ceiling(Math.max(most, 1e6))), {pen, x, y, width} = paper
  const paint = {disk: colour('--disk'), S3: colour('--s3'), zip: colour('--zip')}
  history.forEach(({bands}, n) => {
    let below = 0
    for (const {number, source, rate} of bands) {
      pen.fillStyle = paint[source]
      pen.globalAlpha = number >> 1 & 1 ? 1 : .72
      pen.fillRect(x(COLUMNS - history.length + n), y(below + rate), Math.max(1, width / COLUMNS - 1), y(below) - y(below + rate))
      below += rate
    }
  })
  pen.globalAlpha = 1
  grid(paper, '/s')
}

function drawRoom() {
  const most = Math.max(...history.map(sample => sample.memory))
  const paper = sheet('room', ceiling(most)), {pen, x, y, width, height} = paper
  pen.fillStyle = pen.strokeStyle = colour('--ink')
  pen.beginPath()
  history.forEach(({memory}, n) => pen.lineTo(x(COLUMNS - history.length + n + 1), y(memory)))
  pen.lineWidth = 2
  pen.stroke()
  pen.lineTo(width, height)
  pen.lineTo(x(COLUMNS - history.length + 1), height)
  pen.globalAlpha = .1
  pen.fill()
  pen.globalAlpha = 1
  grid(paper, '')
}

function row({source, name, size, sent, rate, ended}) {
  const item = document.createElement('li')
  item.className = source.toLowerCase()
  item.innerHTML = '<span class="badge"></span><span class="name"></span><progress></progress><span class="rate"></span>'
  const [badge, title, bar, speed] = item.children
  badge.textContent = source
  title.textContent = name
  bar.max = size || 1
  bar.value = sent
  bar.setAttribute('aria-label', `${name} from ${source}`)
  speed.textContent = ended ? (sent < size ? 'broken off' : 'arrived') : `${bytes(rate)}/s`
  return item
}

function list(streams) {
  const newest = [...streams].sort((a, b) => a.ended - b.ended || b.number - a.number)
  const rows = newest.slice(0, ROWS).map(row)
  const more = document.createElement('li')
  more.className = 'more'
  more.textContent = streams.length > ROWS ? `and ${streams.length - ROWS} more` : streams.length ? '' : 'Nothing at the moment. Press play, or start a download.'
  byId('streams').replaceChildren(...rows, more)
}

function account(traffic) {
  const told = Object.entries(traffic).map(([who, sent]) => `${who} ${bytes(sent)}`)
  byId('traffic').textContent = told.join(', ') || 'nothing'
}

function show({memory, streams, traffic}) {
  const bands = measure(streams).filter(stream => stream.rate > 0)
  history.push({memory, bands: bands.map(({number, source, rate}) => ({number, source, rate}))})
  if (history.length > COLUMNS) history.shift()
  byId('count').textContent = streams.filter(stream => !stream.ended).length
  byId('speed').textContent = bytes(sum(bands, band => band.rate))
  byId('memory').textContent = bytes(memory)
  drawFlow()
  drawRoom()
  list(streams)
  account(traffic)
}

async function watch() {
  try {
    show(await (await fetch('/stats')).json())
    byId('live').textContent = 'On its way, right now'
  } catch { byId('live').textContent = 'The server does not answer' }
  setTimeout(watch, STEP)
}

byId('crowd').addEventListener('submit', async event => {
  event.preventDefault()
  const action = event.submitter.getAttribute('formaction')
  const answer = await fetch(action, {method: 'POST', body: new FormData(event.target)})
  const started = `${event.target.clients.value} clients are downloading, for a minute at most.`
  byId('said').textContent = answer.ok ? (action.endsWith('start') ? started : 'The downloads were stopped.') : `The server said ${answer.status}.`
})

// A link that expires: show it, and the seconds it has left.
let expires = 0

function tick() {
  const left = Math.ceil((expires - performance.now()) / 1000)
  byId('left').textContent = left > 0 ? `This link works for another ${left} s.` : 'This link has expired. Open it again, and see.'
  if (left > 0) setTimeout(tick, 250)
}

byId('sharing').addEventListener('submit', async event => {
  event.preventDefault()
  const answer = await fetch('/share', {method: 'POST', body: new FormData(event.target)})
  if (!answer.ok) { byId('left').textContent = `The server said ${answer.status}.`; return }
  const {url, seconds} = await answer.json()
  const link = byId('link'), ticking = expires > performance.now()
  link.href = url
  link.textContent = link.href
  link.hidden = false
  expires = performance.now() + seconds * 1000
  if (!ticking) tick()
})

watch()

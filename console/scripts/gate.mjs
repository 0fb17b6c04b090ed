// The bundle gate, compressed: what a first visit loads must stay small enough for a phone abroad, and so must every room
// that is loaded when it is opened.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const firstLimit = 150 * 1024
const roomLimit = 40 * 1024
const dir = new URL(`../${process.argv[2] ?? 'dist'}/`, import.meta.url)
const page = (() => {
  try {
    return readFileSync(new URL('index.html', dir), 'utf8')
  } catch {
    console.error('gate: there is no build; run: npm run build')
    process.exit(1)
  }
})()
let first = 0
const tooBig = []
for (const name of readdirSync(dir, { recursive: true }).sort()) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue
  const size = gzipSync(readFileSync(new URL(name, dir)), { level: 9 }).length
  const atFirst = name === 'index.html' || page.includes(name)
  if (atFirst) first += size
  else if (size > roomLimit) tooBig.push(name)
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${atFirst ? '' : 'later  '}${name}`)
}
console.log(`${(first / 1024).toFixed(1).padStart(7)} KB  at first, of ${firstLimit / 1024} KB gzip; a room may have ${roomLimit / 1024} KB`)
if (first > firstLimit) tooBig.push('the first visit')
if (tooBig.length > 0) {
  console.error(`gate: too big: ${tooBig.join(', ')}`)
  process.exit(1)
}

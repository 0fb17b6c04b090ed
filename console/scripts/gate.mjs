// The bundle gate: everything a first visit loads, compressed, must stay small enough for a phone abroad.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 150 * 1024
const dir = new URL('../dist/', import.meta.url)
let total = 0
for (const name of readdirSync(dir, { recursive: true }).sort()) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue
  const size = gzipSync(readFileSync(new URL(name, dir)), { level: 9 }).length
  total += size
  console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${name}`)
}
console.log(`${(total / 1024).toFixed(1).padStart(7)} KB  of ${limit / 1024} KB gzip`)
if (total === 0 || total > limit) {
  console.error(total === 0 ? 'gate: there is no build; run: npm run build' : 'gate: the bundle is too big')
  process.exit(1)
}

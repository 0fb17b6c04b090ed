// The page: tabs, the clock, and looking again every two seconds.
import { api, h, heard, notice, t } from './dom.js'
import { people } from './people.js'
import { accounts, calls, faults, groups, pushes } from './panels.js'

const tabs = [
  ['people', t('人', 'People'), people], ['groups', t('群', 'Groups'), groups], ['pushes', t('推送', 'Pushes'), pushes],
  ['calls', t('调用与额度', 'Calls and quotas'), calls], ['faults', t('故障', 'Faults'), faults], ['accounts', t('账号', 'Accounts'), accounts],
]

let parts = []
let state = null // of this round; every part asks once

const world = () => (state ??= api('GET', 'state'))

async function look() {
  state = null
  const now = await world()
  heard(now)
  document.getElementById('clock').textContent = now.now.slice(0, 19).replace('T', ' ') + ' UTC'
  const s = now.stats
  document.getElementById('stats').textContent = t(`推送 ${s.sent} 次，接受 ${s.accepted}，重复 ${s.duplicate}，失败 ${s.failed}，丢弃 ${s.dropped}，暂停中丢失 ${s.paused}`,
    `pushes: ${s.sent} deliveries, ${s.accepted} accepted, ${s.duplicate} twice, ${s.failed} failed, ${s.dropped} dropped, ${s.paused} lost in a pause`)
  for (const part of parts) await part.look() // in order: later ones use what earlier ones chose
}

let busy = null
let again = false

// lookSoon lets one round end before the next begins.
function lookSoon() {
  if (busy) { again = true; return }
  busy = look().catch((err) => notice(t('模拟器没有应答：', 'The simulator does not answer: ') + err.message, true)).finally(() => {
    busy = null
    if (again) { again = false; lookSoon() }
  })
}

function open() {
  const name = tabs.some(([id]) => id === location.hash.slice(1)) ? location.hash.slice(1) : 'people'
  document.getElementById('tabs').replaceChildren(...tabs.map(([id, title]) => h('a', { href: '#' + id, 'aria-current': id === name ? 'page' : null }, title)))
  const made = tabs.find(([id]) => id === name)[2](world)
  parts = made.parts
  document.getElementById('main').replaceChildren(made.node)
  lookSoon()
}

for (const a of document.querySelectorAll('.lang a')) a.addEventListener('click', (e) => { e.preventDefault(); location.assign(a.getAttribute('href') + location.hash) })
addEventListener('hashchange', open)
document.addEventListener('look', lookSoon)
setInterval(() => { if (!document.hidden) lookSoon() }, 2000)
open()

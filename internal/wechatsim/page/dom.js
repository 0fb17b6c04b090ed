// Small tools: elements, requests, notices. Text is only ever set as text, never as markup.

export const chinese = document.documentElement.lang.startsWith('zh')

/** t chooses a text by the page's language. */
export const t = (zh, en) => (chinese ? zh : en)

/** h makes an element; on… properties are listeners, the rest are attributes. */
export function h(name, props, ...children) {
  const el = document.createElement(name)
  for (const [key, value] of Object.entries(props || {})) {
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value)
    else if (value === true) el.setAttribute(key, '')
    else if (value !== false && value != null) el.setAttribute(key, value)
  }
  el.append(...children.flat().filter((c) => c != null && c !== false).map((c) => (c instanceof Node ? c : String(c))))
  return el
}

/** api asks the control plane; an error is thrown with the simulator's own words. */
export async function api(method, path, body) {
  const answer = await fetch('/_sim/' + path, { method, body: body === undefined ? undefined : JSON.stringify(body) })
  const value = await answer.json().catch(() => ({ error: answer.statusText }))
  if (!answer.ok) throw new Error(value.error || answer.statusText)
  return value
}

let hide = 0

/** notice shows what came of something. */
export function notice(text, bad) {
  const el = document.getElementById('notice')
  el.textContent = text
  el.className = bad ? 'bad' : ''
  el.hidden = false
  clearTimeout(hide)
  hide = setTimeout(() => { el.hidden = true }, bad ? 12000 : 4000)
}

/** act makes a request, says how it went, and lets the page look again. */
export async function act(path, body, method = 'POST') {
  try {
    const value = await api(method, path, method === 'POST' ? body || {} : undefined)
    notice(told(value))
    return value
  } catch (err) {
    notice(err.message, true)
    return null
  } finally {
    document.dispatchEvent(new Event('look'))
  }
}

function told(value) {
  if (!value || value.ok) return t('完成', 'Done')
  if (value.kind !== undefined && value.kind !== '' && value.id === undefined) return t('已回复：', 'Answered: ') + (value.text || value.kind)
  if (value.code) return 'code: ' + value.code
  return t('完成', 'Done')
}

/** field is a labelled input or select. */
export function field(label, name, options = {}) {
  if (options.choices) {
    const select = h('select', { name }, options.choices.map((c) => (
      Array.isArray(c) ? h('option', { value: c[0] }, c[1]) : h('option', { value: c }, c))))
    if (options.value !== undefined) select.value = options.value
    return h('label', {}, label, select)
  }
  if (options.type === 'checkbox') return h('label', { class: 'check' }, h('input', { type: 'checkbox', name }), label)
  return h('label', {}, label, h('input', { name, type: 'text', autocomplete: 'off', ...options }))
}

/** form collects its fields, leaves out the empty ones, and hands them on. */
export function form(fields, button, submit, kind = 'main') {
  return h('form', {
    class: fields.length > 3 ? 'grid' : 'row',
    onsubmit: async (e) => {
      e.preventDefault()
      const values = {}
      for (const el of e.target.elements) {
        if (!el.name) continue
        if (el.type === 'checkbox') { if (el.checked) values[el.name] = true; continue }
        if (el.value === '') continue
        values[el.name] = el.inputMode === 'decimal' || el.inputMode === 'numeric' ? Number(el.value) : el.value
      }
      await submit(values, e.target)
    },
  }, fields, h('button', { class: kind }, button))
}

/** button does one thing. */
export const button = (label, onclick, kind = '') => h('button', { type: 'button', class: kind, onclick }, label)

/** table of rows; a cell is a node or a text, empty says what an empty one means. */
export function table(heads, rows, empty) {
  if (!rows.length) return h('p', { class: 'empty' }, empty)
  return h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, heads.map((head) => h('th', { class: head.num ? 'num' : '' }, head.text ?? head)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell, i) => h('td', { class: heads[i].num ? 'num' : heads[i].tight ? 'tight' : null, 'data-label': heads[i].num && heads[i].text !== '#' ? heads[i].text : null }, cell)))))))
}

export const badge = (text, kind = '') => h('span', { class: 'badge ' + kind }, text)

// What the page last heard: the time, and the accounts by their ids.
let now = ''
let names = {}

/** heard keeps the newest state for clock and account. */
export function heard(state) {
  now = state.now
  names = Object.fromEntries(state.accounts.map((a) => [a.id, kindName(a.kind) + ' …' + a.id.slice(-4)]))
}

export const kindName = (kind) => ({ official: t('公众号', 'Official Account'), miniprogram: t('小程序', 'Mini Program'), wecom: t('企业微信', 'WeCom') })[kind] || kind

/** account names an account the short way; the whole id is its title. */
export const account = (id) => (id ? h('span', { title: id }, names[id] || id) : '–')

/** clock is the time of day of a moment, with its date when it is another day than now. All times are UTC. */
export const clock = (at) => (at.slice(0, 10) === now.slice(0, 10) ? '' : at.slice(5, 10) + ' ') + at.slice(11, 19)

/** live is a part of the page that is drawn again only when what it shows has changed. */
export function live(load, draw) {
  const el = h('div', {})
  let before
  el.look = async () => {
    const value = await load()
    const now = JSON.stringify(value)
    if (now === before) return
    before = now
    const parts = await draw(value, el)
    el.replaceChildren(...[parts].flat().filter(Boolean))
    el.drawn?.()
  }
  return el
}

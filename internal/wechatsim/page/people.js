// People and their phones.
import { act, api, badge, button, clock, field, form, h, kindName, live, notice, t } from './dom.js'

let chosen = sessionStorage.getItem('person') || ''
let fresh = ''
let app = sessionStorage.getItem('app') || ''

const look = () => document.dispatchEvent(new Event('look'))

export function people(world) {
  const list = live(async () => ({ people: (await world()).people.map((p) => [p.id, p.name, p.following]), chosen }), ({ people: all }) => {
    if (!all.length) return h('p', { class: 'empty' }, t('还没有人。先添加一个。', 'Nobody yet. Add somebody first.'))
    // Who was made a moment ago may be missing in a state asked for before.
    if (chosen !== fresh && !all.some(([id]) => id === chosen)) choose(all[0][0])
    return h('ul', { class: 'list' }, all.map(([id, name, following]) => h('li', {}, h('button', {
      type: 'button', 'aria-pressed': String(id === chosen), onclick: () => { choose(id); look() },
    }, h('code', {}, id), name, following.length ? badge(t('已关注', 'follows'), 'good') : null))))
  })
  const add = form([field(t('名字', 'Name'), 'name', { required: true, maxlength: 60 })], t('添加', 'Add'), async (v, f) => {
    const p = await act('people', v)
    if (p) { fresh = p.id; choose(p.id); f.reset(); look() }
  })
  const phone = screen(world)
  const doing = actions(world)
  return {
    node: h('div', { class: 'columns' },
      h('section', { class: 'card' }, h('h2', {}, t('人', 'People')), add, list), phone.node, doing.node),
    parts: [list, ...phone.parts, ...doing.parts],
  }
}

function choose(id) {
  chosen = id
  sessionStorage.setItem('person', id)
}

/** screen is what the phone shows of one app. */
function screen(world) {
  const which = h('select', { 'aria-label': t('账号', 'Account'), onchange: (e) => { app = e.target.value; sessionStorage.setItem('app', app); look() } })
  const pick = live(async () => (await world()).accounts.filter((a) => a.kind !== 'wecom').map((a) => [a.id, a.kind]), (accounts) => {
    which.replaceChildren(...accounts.map(([id, kind]) => h('option', { value: id }, kindName(kind) + ' ' + id)))
    if (!accounts.some(([id]) => id === app)) app = accounts[0]?.[0] || ''
    which.value = app
    return which
  })
  const chat = live(async () => (chosen && app ? { ...(await api('GET', `people/${chosen}/chat?appid=${app}`)), chosen, app } : null), (c, el) => {
    const box = h('div', { class: 'chat', tabindex: 0, 'aria-label': t('聊天', 'Chat') }, c && c.lines.length ? c.lines.map(line) : h('p', { class: 'event' }, t('还没有往来。', 'Nothing yet.')))
    if (c?.typing) box.append(h('p', { class: 'event' }, t('对方正在输入…', 'is writing…')))
    el.drawn = () => { box.scrollTop = box.scrollHeight }
    return [windows(c), box]
  })
  chat.className = 'grow'
  const menu = live(async () => {
    const official = (await world()).accounts.some((a) => a.id === app && a.kind === 'official')
    return official ? api('GET', `accounts/${app}/menu`) : []
  }, (all) => (all.length ? h('div', { class: 'row' }, all.map((b) => button(b.under ? `${b.under} › ${b.name}` : b.name, () => act(`people/${chosen}/tap`, { appid: app, name: b.name })))) : null))
  const send = form([
    field(t('类型', 'Type'), 'type', { choices: messageTypes() }),
    field(t('内容', 'Text'), 'text', { maxlength: 2000 }),
  ], t('发送', 'Send'), async (v, f) => {
    if (await act(`people/${chosen}/send`, { appid: app, message: message(v.type, v.text || '') })) f.elements.text.value = ''
  })
  return {
    node: h('section', { class: 'card phone' }, h('h2', {}, t('手机', 'Phone')), pick, chat, menu, send),
    parts: [pick, chat, menu],
  }
}

function messageTypes() {
  return [['text', t('文字', 'text')], ['image', t('图片', 'image')], ['voice', t('语音', 'voice')], ['video', t('视频', 'video')],
    ['shortvideo', t('小视频', 'short video')], ['location', t('位置', 'location')], ['link', t('链接', 'link')],
    ['miniprogrampage', t('小程序卡片', 'Mini Program card')]]
}

/** message puts the one text where its type shows it. */
function message(type, text) {
  switch (type) {
    case 'text': return { type, content: text }
    case 'voice': return { type, recognition: text }
    case 'location': return { type, label: text || 'Main St', latitude: 49.2827, longitude: -123.1207, scale: 16 }
    case 'link': return { type, title: text || 'Link', description: text, url: 'https://example.com/' }
    case 'miniprogrampage': return { type, title: text || 'Card', appid: app, page_path: 'pages/index' }
    default: return { type }
  }
}

function line(l) {
  if (l.mine && /[_A-Z]|subscribe/.test(l.kind)) return h('p', { class: 'event' }, l.kind + (l.text ? ' · ' + l.text : ''), ' · ', clock(l.at))
  const via = { reply: t('被动回复', 'passive reply'), api: t('接口下发', 'by API'), push: '' }[l.via]
  return h('div', { class: 'bubble' + (l.mine ? ' mine' : '') },
    l.text || `[${l.kind}]`, h('small', {}, [via, l.kind === 'text' ? '' : l.kind, l.page, clock(l.at)].filter(Boolean).join(' · ')))
}

function windows(c) {
  if (!c || !c.windows.length) return null
  const names = { message: t('消息', 'message'), click: t('菜单', 'menu'), follow: t('关注', 'follow'), scan: t('扫码', 'scan'), service: t('进入客服', 'service') }
  return h('div', { class: 'row' }, c.windows.map((w) => badge(`${names[w.trigger]} ${w.used}/${w.limit} → ${clock(w.ends)}`, w.used < w.limit ? 'good' : 'warn')))
}

/** actions are the other things a person can do. */
function actions(world) {
  const person = (verb, more) => act(`people/${chosen}/${verb}`, { appid: app, ...more })
  const groups = h('select', { name: 'group' })
  const joinable = live(async () => (await world()).groups.filter((g) => !g.dismissed).map((g) => [g.id, g.name]), (all) => {
    groups.replaceChildren(...all.map(([id, name]) => h('option', { value: id }, `${id} ${name}`)))
    return all.length ? null : h('p', { class: 'quiet' }, t('还没有群，可在“群”里创建。', 'No groups yet; make one under Groups.'))
  })
  const events = h('select', { name: 'event' })
  const known = live(async () => ({ all: (await api('GET', 'catalogue')).events, kind: (await world()).accounts.find((a) => a.id === app)?.kind }), ({ all, kind }) => {
    events.replaceChildren(...(all[kind] || []).map((e) => h('option', { value: e }, e)))
    return null
  })
  const mini = async () => (await world()).accounts.find((a) => a.kind === 'miniprogram')?.id
  return {
    parts: [joinable, known],
    node: h('section', { class: 'card' }, h('h2', {}, t('这个人做什么', 'What the person does')),
      h('div', { class: 'row' }, button(t('关注', 'Follow'), () => person('follow')), button(t('取消关注', 'Unfollow'), () => person('unfollow')),
        button(t('进入小程序客服', 'Open service page'), async () => act(`people/${chosen}/service`, { appid: await mini(), key: 'page' }))),
      form([field(t('扫码：场景值或 ticket', 'Scan: scene or ticket'), 'scene', { required: true })], t('扫码', 'Scan'), (v) => person('scan', v), ''),
      form([field(t('点菜单：key', 'Menu click: key'), 'key', { required: true })], t('点击', 'Click'), (v) => person('click', v), ''),
      form([field(t('订阅弹窗：模板 ID', 'Dialog: template ids'), 'ids', { required: true }),
        field(t('回答', 'Answer'), 'answer', { choices: [['accept', t('允许', 'accept')], ['reject', t('拒绝', 'reject')]] })], t('回答', 'Answer'),
      async (v) => act(`people/${chosen}/answer`, { appid: await mini(), answers: v.ids.split(/[,，\s]+/).filter(Boolean).map((id) => ({ template_id: id, answer: v.answer })) }), ''),
      form([h('label', {}, t('任何事件', 'Any event'), events), field(t('字段（JSON，可空）', 'Fields (JSON, optional)'), 'fields', { placeholder: '{"EventKey":"k"}' })], t('推送', 'Push'), (v) => {
        let fields
        try { fields = v.fields ? JSON.parse(v.fields) : undefined } catch { return notice(t('字段不是有效的 JSON。', 'The fields are not valid JSON.'), true) }
        return person('event', { event: v.event, fields })
      }, ''),
      form([h('label', {}, t('群', 'Group'), groups), field(t('方式', 'How'), 'scene', { choices: [['3', t('扫码', 'QR')], ['1', t('被邀请', 'invited')], ['2', t('邀请链接', 'link')]] }), field(t('state（可空）', 'state'), 'state')], t('进群', 'Join'),
        (v) => act(`groups/${v.group}/join`, { person: chosen, scene: Number(v.scene), state: v.state }), ''),
      joinable,
      form([field(t('收到消息时', 'When messages come'), 'errcode', { choices: [['0', t('接收', 'takes them')], ['48002', t('拒收', 'refuses') + ' 48002'], ['43019', t('被拉黑', 'blacklisted') + ' 43019'], ['43004', t('不算关注', 'no follower') + ' 43004']] })], t('设置', 'Set'),
        (v) => person('refuse', { errcode: Number(v.errcode) }), ''),
      h('div', { class: 'row' }, button(t('wx.login 取 code', 'wx.login: get a code'), async () => act(`people/${chosen}/login`, { appid: await mini() }))), known),
  }
}

// Groups, pushes, calls, faults and accounts.
import { account as who, act, api, badge, button, clock, field, form, h, kindName, live, t, table } from './dom.js'

const card = (title, ...parts) => h('section', { class: 'card' }, h('h2', {}, title), parts)
const newest = (list, n = 200) => (list || []).slice(-n).reverse()

export function groups(world) {
  const list = live(async () => {
    const all = (await world()).groups
    return Promise.all(all.map(async (g) => ({ ...g, list: await api('GET', `groups/${g.id}/posts`) })))
  }, (all) => (all.length ? all.map((g) => h('div', {}, h('h3', {}, `${g.id} ${g.name} `, badge(g.kind === 'wecom' ? t('企业微信客户群', 'WeCom') : t('普通群', 'ordinary')), ' ', g.dismissed ? badge(t('已解散', 'dismissed'), 'bad') : null),
    h('p', { class: 'quiet' }, t(`${g.members.length} 人，群主 ${g.owner}`, `${g.members.length} people, owner ${g.owner}`), g.members.length ? ' · ' + g.members.join(' ') : ''),
    table([{ text: t('时间', 'Time'), tight: true }, t('谁', 'By'), t('内容', 'What')], newest(g.list, 20).map((p) => [clock(p.at), p.by, [p.title, p.text, p.page].filter(Boolean).join(' · ')]), t('还没有消息。', 'No posts yet.')),
    g.dismissed ? null : h('div', { class: 'row' }, button(t('解散', 'Dismiss'), () => act(`groups/${g.id}/dismiss`), 'danger')))) : h('p', { class: 'empty' }, t('还没有群。', 'No groups yet.'))))
  const tasks = live(async () => (await world()).open_tasks, (all) => table([t('群主', 'Owner'), t('内容', 'What'), t('群数', 'Groups'), ''], all.map((k) => [
    k.sender, [k.text, ...(k.cards || []).map((c) => c.title)].filter(Boolean).join(' · '), k.chat_ids.length || t('由群主选', 'owner chooses'),
    button(t('确认发送', 'Confirm'), () => act(`tasks/${k.msgid}/confirm`, { corpid: k.corpid, userid: k.sender }), 'main')]), t('没有待确认的群发任务。', 'No send task waits for its owner.')))
  const add = form([field(t('类型', 'Kind'), 'kind', { choices: [['wecom', t('企业微信客户群', 'WeCom')], ['ordinary', t('普通群', 'ordinary')]] }), field(t('群名', 'Name'), 'name', { required: true }),
    field(t('群主（成员 userid 或 p1）', 'Owner (userid, or p1)'), 'owner', { required: true })], t('建群', 'Make'), (v) => act('groups', { ...v, corpid: 'wecom' }))
  return { node: h('div', { class: 'two' }, h('div', {}, card(t('建群', 'New group'), add), card(t('待群主确认', 'Waiting for their owner'), tasks)), card(t('群', 'Groups'), list)), parts: [list, tasks] }
}

const states = () => ({ accepted: [t('已接收', 'accepted'), 'good'], failed: [t('失败', 'failed'), 'bad'], dropped: [t('故意丢弃', 'dropped'), 'warn'], paused: [t('暂停期间丢失', 'lost in a pause'), 'bad'],
  held: [t('扣住', 'held back'), 'warn'], 'no callback': [t('无回调地址', 'no callback'), ''], 'under way': [t('途中', 'under way'), ''] })

export function pushes() {
  const list = live(async () => newest(await api('GET', 'pushes')), (all) => table([{ text: '#', num: true }, { text: t('时间', 'Time'), tight: true }, t('账号', 'Account'), t('谁', 'Who'), t('什么', 'What'), { text: t('结果', 'State'), tight: true }, { text: t('次数', 'Tries'), num: true }, t('回复', 'Reply')],
    all.map((p) => [p.n, clock(p.at), who(p.account), p.person || '', p.key ? `${p.what} · ${p.key}` : p.what, badge(...(states()[p.state] || [p.state])), p.attempts, p.reply ? p.reply.text || p.reply.articles?.[0]?.title || p.reply.kind : p.error || '']),
    t('还没有推送。让一个人做点什么吧。', 'No pushes yet. Let somebody do something.')))
  return { node: card(t('推送记录', 'Pushes'), h('div', { class: 'row' }, button(t('送出扣住的推送', 'Deliver what is held'), () => act('held/deliver')), button(t('丢掉下一个推送', 'Lose the next one'), () => act('drop-next-push'))), list), parts: [list] }
}

const code = (n) => badge(n === 0 ? '0' : String(n), n === 0 ? 'good' : 'bad')

export function calls(world) {
  const log = live(async () => newest(await api('GET', 'calls'), 100), (all) => table([{ text: '#', num: true }, { text: t('时间', 'Time'), tight: true }, t('账号', 'Account'), t('接口', 'Path'), 'errcode'],
    all.map((c) => [c.n, clock(c.at), who(c.account), h('code', {}, c.path), [code(c.errcode), ' ', c.fault ? badge(t('人为', 'fault'), 'warn') : null, c.lost ? badge(t('无应答', 'no answer'), 'warn') : null].filter(Boolean)].map((x) => (Array.isArray(x) ? h('span', {}, x) : x))),
    t('还没有接口调用。', 'No calls yet.')))
  const refused = live(() => api('GET', 'refusals'), (all) => table([t('账号', 'Account'), t('接口', 'Path'), 'errcode', { text: t('次数', 'Calls'), num: true }], all.map((r) => [who(r.account), h('code', {}, r.path), code(r.errcode), r.calls]), t('平台没有拒绝过任何调用。', 'The platform has refused nothing.')))
  const quotas = live(() => api('GET', 'quotas'), (all) => table([t('账号', 'Account'), t('接口', 'Path'), { text: t('今日', 'Today'), num: true }, { text: t('上限（日 / 分 / 秒）', 'Limit (day / min / s)'), num: true }, ''], all.map((q) => [who(q.account), h('code', {}, q.path), q.used, [q.day, q.minute, q.second].map((n) => n || '–').join(' / '),
    button(t('用完', 'Use up'), () => act('quotas/exhaust', { account: q.account, path: q.path }), 'danger')]), t('今天还没有用过。', 'Nothing used today.')))
  const set = accountForm(world, (account, paths) => form([account, paths, field(t('每日', 'A day'), 'day', num()), field(t('每分钟', 'A minute'), 'minute', num()), field(t('每秒', 'A second'), 'second', num())], t('设置', 'Set'), (v) => act('quotas', v)))
  const clear = accountForm(world, (account) => form([account], t('清零今日用量', 'Give today back'), (v) => act(`accounts/${v.account}/clear-quota`), ''))
  return { node: h('div', { class: 'two' }, card(t('接口调用', 'Calls'), log), h('div', {}, card(t('平台拒绝的调用', 'Refused by the platform'), refused), card(t('额度', 'Quotas'), quotas, h('h3', {}, t('改上限', 'Set limits')), set.node, clear.node))), parts: [log, refused, quotas, ...set.parts, ...clear.parts] }
}

const num = () => ({ inputmode: 'numeric', pattern: '[0-9]*' })

/** accountForm builds a form around a choice of accounts and a list of paths. */
function accountForm(world, build, any) {
  const select = h('select', { name: 'account' })
  const id = 'paths' + Math.random().toString(36).slice(2)
  const paths = h('datalist', { id })
  const fill = live(async () => ({ ids: (await world()).accounts.map((a) => [a.id, a.kind]), paths: (await api('GET', 'catalogue')).paths }), (v) => {
    select.replaceChildren(...(any ? [h('option', { value: '' }, t('任何账号', 'any account'))] : []), ...v.ids.map(([id, kind]) => h('option', { value: id }, kindName(kind) + ' ' + id)))
    paths.replaceChildren(...(any ? [h('option', { value: '*' })] : []), ...v.paths.map((x) => h('option', { value: x })))
    return paths
  })
  const path = field(t('接口', 'Path'), 'path', { required: true, list: id, placeholder: '/cgi-bin/…' })
  return { node: h('div', {}, build(h('label', {}, t('账号', 'Account'), select), path), fill), parts: [fill] }
}

const conditions = () => [field(t('每第几次', 'Every k-th'), 'every', num()), field(t('比例 0–1', 'Share 0–1'), 'rate', { inputmode: 'decimal' }), field(t('持续', 'For'), 'for', { placeholder: '10m' }), field(t('次数（-1 不限）', 'Times (-1: no end)'), 'times', { inputmode: 'numeric', pattern: '-?[0-9]*' })]

export function faults(world) {
  const list = live(() => api('GET', 'faults'), (all) => table([t('对象', 'Where'), t('内容', 'What'), { text: t('发生', 'Fired'), num: true }, { text: t('剩余', 'Left'), num: true }, ''], all.map((f) => [h('code', {}, f.path), f.what, f.fired, f.left < 0 ? '∞' : f.left, button(t('删除', 'Remove'), () => act(`faults/${f.id}`, null, 'DELETE'), 'danger')]), t('一切正常。', 'Everything works.')))
  const call = accountForm(world, (account, path) => form([path, account, field('errcode', 'errcode', { inputmode: 'numeric', pattern: '-?[0-9]*', list: '' }),
    field(t('改为回答', 'Answer instead'), 'answer', { choices: [['', '–'], ['html', '502 HTML'], ['truncated', t('截断的 JSON', 'half of the JSON')], ['wrong-type', t('类型不对', 'wrong type')], ['empty', t('空', 'nothing')]] }), field(t('延迟', 'Delay'), 'delay', { placeholder: '2s' }), ...conditions(),
    field(t('断开', 'Disconnect'), 'disconnect', { type: 'checkbox' }), field(t('但已执行', 'but carried out'), 'execute', { type: 'checkbox' })], t('添加', 'Add'), (v) => act('faults', v)), true)
  const push = accountForm(world, (account) => form([field(t('事件或类型', 'Event or type'), 'event', { placeholder: t('全部', 'all') }), account, field(t('丢失', 'Lose it'), 'drop', { type: 'checkbox' }), field(t('被后面几个超过', 'Behind how many'), 'behind', num()), field(t('晚多久', 'How much later'), 'later', { placeholder: '1h' }),
    field(t('多来几次', 'Copies'), 'copies', num()), field(t('同时', 'at once'), 'at_once', { type: 'checkbox' }), field(t('只等多久', 'Wait only'), 'give_up', { placeholder: '50ms' }), field(t('丢几次应答', 'Lose answers'), 'lose', num()), ...conditions()], t('添加', 'Add'), (v) => act('push-faults', v)), true)
  const trouble = accountForm(world, (account) => {
    const id = () => account.querySelector('select').value
    const address = h('input', { 'aria-label': 'IP', placeholder: '203.0.113.9' })
    return h('div', {}, account, h('div', { class: 'row' }, button(t('作废全部 token', 'Invalidate tokens'), () => act(`accounts/${id()}/invalidate-tokens`)), button(t('别人刷新了 token', 'Token stolen'), () => act(`accounts/${id()}/steal-token`)), button(t('token 一分钟后过期', 'Tokens end in a minute'), () => act(`accounts/${id()}/expire-tokens`, { after: '1m' }))),
      h('div', { class: 'row' }, h('label', {}, t('IP 白名单（空为不限）', 'IP whitelist (empty: all)'), address), button(t('设置', 'Set'), () => act(`accounts/${id()}/whitelist`, { addresses: address.value.split(/[,，\s]+/).filter(Boolean) }))))
  })
  const time = h('div', {}, h('div', { class: 'row' }, ['1m', '1h', '24h', '48h'].map((d) => button('+' + d, () => act('clock', { advance: d })))),
    form([field(t('平台时钟快多少', 'Platform clock ahead by'), 'skew', { placeholder: '-90s', required: true })], t('设置', 'Set'), (v) => act('clock', v), ''))
  return { node: h('div', { class: 'two' }, h('div', {}, card(t('现有故障', 'Set faults'), list, h('div', { class: 'row' }, button(t('全部清除', 'Clear all'), () => act('faults', null, 'DELETE'), 'danger'))), card(t('令牌与白名单', 'Tokens and addresses'), trouble.node), card(t('时钟', 'Clock'), time)), h('div', {}, card(t('接口故障', 'A fault of calls'), call.node), card(t('推送故障', 'A fault of pushes'), push.node))), parts: [list, ...call.parts, ...push.parts, ...trouble.parts] }
}

export function accounts() {
  const list = live(() => api('GET', 'accounts'), (all) => all.map((a) => card(kindName(a.kind),
    table([t('项', 'Item'), t('值', 'Value')], [[a.kind === 'wecom' ? 'CorpID' : 'AppID', a.id], ['Secret', a.secret], ['Token', a.token], ['EncodingAESKey', a.aes_key], a.agentid ? ['AgentID', a.agentid] : null, [t('格式', 'Format'), (a.plain ? t('明文', 'plain') : t('安全模式', 'encrypted')) + ' ' + a.format.toUpperCase()]].filter(Boolean).map(([k, v]) => [k, h('code', {}, v)]), ''),
    form([field(t('回调地址', 'Callback URL'), 'url', { value: a.callback_url, placeholder: t('未设置：不推送', 'none: no pushes') })], t('保存', 'Save'), (v) => act(`accounts/${a.id}/callback`, { url: v.url || '' }), ''),
    h('div', { class: 'row' }, button(t('验证回调', 'Verify the callback'), () => act(`accounts/${a.id}/verify`))))))
  list.className = 'two'
  return { node: list, parts: [list] }
}

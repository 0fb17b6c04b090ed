import { useEffect, useRef, useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Account, type Book, type Rule, useBook, useChangeRule, useOrder } from './api'
import { answersSay, ruleName, triggerSay } from './say'
import { TryOut } from './try'
import { room } from './words'

/** RulesTab lists the rules of one account in the order in which they are asked, and lets her try them. */
export function RulesTab() {
  const w = useWords(room)
  const [search, setSearch] = useSearchParams()
  const book = useBook(search.get('account') ?? '')
  return (
    <Loaded query={book}>
      {(data) => {
        const account = data.channels.find((c) => c.id === search.get('account')) ?? data.channels[0]
        if (!account) return <div className="card"><Empty icon="replies" title={w('none')} text={w('noneText')} /></div>
        return (
          <>
            {data.channels.length > 1 && <Accounts book={data} here={account} choose={(id) => setSearch({ account: id }, { replace: true })} />}
            <div className="rules-page">
              <div className="stack">
                <OwnRules account={account} rules={data.rules.filter((r) => !r.builtin)} />
                <HouseRules account={account} rules={data.rules.filter((r) => r.builtin)} />
              </div>
              <TryOut key={account.id} account={account} />
            </div>
          </>
        )
      }}
    </Loaded>
  )
}

function Accounts({ book, here, choose }: { book: Book; here: Account; choose: (id: string) => void }) {
  const w = useWords(room)
  return (
    <fieldset className="accounts">
      <legend className="sr">{w('account')}</legend>
      <div className="segments">
        {book.channels.map((c) => (
          <button key={c.id} type="button" className="segment" aria-pressed={c.id === here.id} onClick={() => choose(c.id)}>{w(c.kind)}</button>
        ))}
      </div>
    </fieldset>
  )
}

function OwnRules({ account, rules }: { account: Account; rules: Rule[] }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const order = useOrder()
  const [said, setSaid] = useState('')
  const [wanted, setWanted] = useState<{ id: string; place: number; way: 'u' | 'd' }>() // a row that moves loses the focus
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    if (!wanted || order.isPending || rules[wanted.place]?.id !== wanted.id) return
    const row = list.current?.querySelector(`[data-rule="${wanted.id}"]`)
    const same = row?.querySelector<HTMLButtonElement>(`[data-move="${wanted.way}"]:not(:disabled)`)
    ;(same ?? row?.querySelector<HTMLButtonElement>('[data-move]:not(:disabled)'))?.focus()
    setWanted(undefined)
  }, [wanted, rules, order.isPending])
  const move = async (rule: Rule, by: number) => {
    const ids = rules.map((r) => r.id ?? '')
    const from = ids.indexOf(rule.id ?? '')
    ids.splice(from, 1)
    ids.splice(from + by, 0, rule.id ?? '')
    if (!(await order.do({ channel: account.id, order: ids }))) return
    setSaid(w('moved', { name: rule.name, n: from + by + 1 }))
    setWanted({ id: rule.id ?? '', place: from + by, way: by < 0 ? 'u' : 'd' })
  }
  useEffect(() => {
    if (order.error) tell(told(order.error, t), 'bad')
  }, [order.error])
  const make = <Link to={`/replies/new?account=${account.id}`} className="button primary"><Icon name="plus" />{w('add')}</Link>
  return (
    <section className="card" aria-labelledby="own-rules">
      <div className="card-head"><h2 id="own-rules">{w('own')}<small>{w('ownHint')}</small></h2>{rules.length > 0 && make}</div>
      {rules.length === 0 && <Empty icon="replies" title={w('empty')} text={w('emptyText')}>{make}</Empty>}
      <ol className="rule-list" ref={list}>
        {rules.map((rule, i) => (
          <li key={rule.id} data-rule={rule.id} className="rule" data-off={!rule.enabled || undefined}>
            <div className="rule-order" hidden={rules.length < 2}>
              <button type="button" className="icon-button" data-move="u" disabled={i === 0 || order.isPending} aria-label={w('up', { name: rule.name })}
                onClick={() => void move(rule, -1)}><Icon name="up" size={15} /></button>
              <button type="button" className="icon-button" data-move="d" disabled={i === rules.length - 1 || order.isPending}
                aria-label={w('down', { name: rule.name })} onClick={() => void move(rule, 1)}><Icon name="down" size={15} /></button>
            </div>
            <RuleWords rule={rule} to={`/replies/rule/${rule.id}?account=${account.id}`} />
            <RuleSwitch rule={rule} />
          </li>
        ))}
      </ol>
      <p className="sr" role="status">{said}</p>
    </section>
  )
}

function RuleWords({ rule, to }: { rule: Rule; to?: string }) {
  const w = useWords(room)
  const { lang } = useText()
  const name = ruleName(rule, w)
  return (
    <div className="rule-words">
      <p className="strong">{to ? <Link to={to} className="rule-name">{name}</Link> : name}{!rule.enabled && <span className="tag">{w('off')}</span>}</p>
      <p className="rule-when">{triggerSay(rule, w)}</p>
      <p className="muted small rule-says">{answersSay(rule, w, lang)}</p>
    </div>
  )
}

function RuleSwitch({ rule }: { rule: Rule }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeRule()
  useEffect(() => {
    if (change.error) tell(told(change.error, t), 'bad')
  }, [change.error])
  const flip = async () => {
    if (await change.do({ id: rule.id ?? '', change: { enabled: !rule.enabled } }))
      tell(w(rule.enabled ? 'switchedOff' : 'switchedOn', { name: rule.name }))
  }
  return (
    <button type="button" role="switch" className="switch" aria-checked={rule.enabled} aria-label={w('onFor', { name: rule.name })}
      disabled={change.isPending} onClick={() => void flip()}><i /></button>
  )
}

function HouseRules({ account, rules }: { account: Account; rules: Rule[] }) {
  const w = useWords(room)
  if (rules.length === 0) return null
  return (
    <section className="card" aria-labelledby="house-rules">
      <div className="card-head"><h2 id="house-rules">{w('house')}<small>{w('houseHint')}</small></h2></div>
      <ul className="rule-list">
        {rules.map((rule) => (
          <li key={rule.name} className="rule house">
            <RuleWords rule={rule} />
            <Link to={`/replies/new?account=${account.id}&from=${rule.name}`} className="button">{w('adopt')}</Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

import { useText, useWords } from '../../text'
import { copyText } from '../../ui/copy'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type CallStop, type Channel, useChannels } from './api'
import { Apis } from './apis'
import { Cards } from './cards'
import { AccountActions } from './check'
import { nameOf } from './names'
import { Told } from './parts'
import { room } from './words'

/** Accounts shows of each connected account whether WeChat takes our calls, and what to do if it does not. */
export function Accounts() {
  const w = useWords(room)
  const channels = useChannels()
  return (
    <div className="stack">
      <p className="sys-lead">{w('accounts.lead')}</p>
      <Loaded query={channels}>
        {(all) => all.length === 0
          ? <div className="card"><Empty icon="system" title={w('accounts.none')} text={w('accounts.noneText')} /></div>
          : <>{all.map((c) => <Account key={c.id} channel={c} />)}</>}
      </Loaded>
    </div>
  )
}

function Account({ channel }: { channel: Channel }) {
  const w = useWords(room)
  const { lang } = useText()
  const some = channel.apis.some((a) => a.stopped)
  const [tone, state] = channel.stopped ? ['bad', 'account.stopped'] as const : some ? ['warn', 'account.some'] as const : ['good', 'account.good'] as const
  const id = `account-${channel.id}`
  return (
    <article className="card sys-account" aria-labelledby={id} data-state={tone}>
      <header className="sys-head">
        <div>
          <h2 id={id}>{nameOf('kinds', channel.kind, lang)}</h2>
          <p className="muted small"><code>{channel.app_id}</code>{channel.agent_id && ` · ${w('account.agent', { id: channel.agent_id })}`}</p>
        </div>
        <span className={`tag ${tone}`}>{w(state)}</span>
      </header>
      {channel.stopped && <Stopped stop={channel.stopped} />}
      {channel.ip && <Address ip={channel.ip} />}
      <Token channel={channel} />
      <Apis apis={channel.apis} />
      <LastError channel={channel} />
      {channel.kind === 'miniprogram' && <Cards id={channel.id} />}
      <AccountActions channel={channel} />
    </article>
  )
}

/** Stopped says why nothing is called, what helps, and when it goes on by itself. */
function Stopped({ stop }: { stop: CallStop }) {
  const w = useWords(room)
  const { say } = useWhen()
  const times = [stop.since > 0 && w('account.since', { when: say(stop.since) }), stop.until > 0 && w('account.until', { when: say(stop.until) })]
  return (
    <div className="notice bad">
      <Icon name="alert" />
      <div><p>{stop.text}</p><p className="small">{times.filter(Boolean).join(' · ')}</p></div>
    </div>
  )
}

function Address({ ip }: { ip: string }) {
  const w = useWords(room)
  const tell = useTell()
  const copy = async () => {
    const copied = await copyText(ip)
    tell(w(copied ? 'account.copied' : 'account.notCopied'), copied ? 'good' : 'bad')
  }
  return (
    <div className="sys-ip">
      <div><p className="fact-label">{w('account.ip')}</p><code>{ip}</code></div>
      <button type="button" className="button" onClick={() => void copy()}><Icon name="copy" />{w('account.copy')}</button>
      <p className="muted small">{w('account.ipAfter')}</p>
    </div>
  )
}

function Token({ channel }: { channel: Channel }) {
  const w = useWords(room)
  const { say, now } = useWhen()
  const { token_ends_at: ends, token_renewed_at: renewed } = channel
  return (
    <div className="sys-token">
      <h3>{w('account.token')}<small>{w('account.tokenNote')}</small></h3>
      <p>
        {ends === 0 ? w(channel.stopped ? 'account.tokenStopped' : 'account.tokenNone') : ends <= now ? w('account.tokenOver') : w('account.tokenGood', { when: say(ends) })}
        {renewed > 0 && <span className="muted small"> · {w('account.tokenSince', { when: say(renewed) })}</span>}
      </p>
    </div>
  )
}

function LastError({ channel }: { channel: Channel }) {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const last = channel.last_error
  if (!last) return null
  const code = last.code === 0 ? w('account.noAnswer') : w('account.code', { code: last.code })
  return <Told label={`${w('account.last')} · ${say(last.at)}`} text={`${nameOf('apis', last.api, lang)} (${last.api})\n${code}\n${last.text}`} />
}

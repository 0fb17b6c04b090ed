import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { at, call, client, refresh, useChange } from '../api'
import type { components } from '../schema'
import { useText } from '../text'
import { Icon } from '../ui/icons'
import { useTell } from '../ui/toast'
import { useWhen } from '../ui/viewer'

type Warning = components['schemas']['Warning']

const shown = 5

const useWarnings = () =>
  useQuery({
    queryKey: ['warnings'],
    queryFn: async () => (await call(client.GET('/api/console/v1/warnings', { params: { query: { limit: 200 } } }))).warnings,
    refetchInterval: refresh,
  })

/** whereTo is the page on which something can be done about a warning. */
function whereTo(warning: Warning): string {
  const [kind, id] = warning.object.split(':')
  if (kind === 'live' && id) return `/codes/live/${id}`
  if (kind === 'welcome') return '/groups/welcomes'
  return kind === 'group' && id ? `/groups/${id}` : '/codes/entries'
}

/** WarningNeeds are what stops or will soon stop leading people into groups, among what needs the organiser. */
export function WarningNeeds() {
  const { t } = useText()
  const all = useWarnings().data ?? []
  return (
    <>
      {all.slice(0, shown).map((warning) => <WarningRow key={warning.id} warning={warning} link />)}
      {all.length > shown && <div className="need"><Link to="/codes" className="link">{t('warn.more', { n: all.length - shown })}</Link></div>}
    </>
  )
}

/** OpenWarnings are the same where they are dealt with; a room shows nothing of them when there are none. */
export function OpenWarnings() {
  const { t } = useText()
  const all = useWarnings().data ?? []
  if (all.length === 0) return null
  return (
    <section className="card" aria-labelledby="warnings">
      <h2 id="warnings">{t('warn.title')}</h2>
      {all.map((warning) => <WarningRow key={warning.id} warning={warning} link={warning.object.startsWith('live:')} />)}
    </section>
  )
}

function WarningRow({ warning, link }: { warning: Warning; link: boolean }) {
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const see = useChange((id: string) => call(client.POST('/api/console/v1/warnings/{id}/seen', at(id))))
  return (
    <div className="need warn warning" data-kind={warning.kind}>
      <Icon name="alert" size={20} />
      <div><p className="strong">{warning.text}</p><p className="muted">{t('warn.at', { when: say(warning.at) })}</p></div>
      <div className="actions">
        <button type="button" className="button quiet" disabled={see.isPending} aria-label={`${t('warn.seen')}: ${warning.text}`}
          onClick={() => void see.do(warning.id).then((ok) => tell(ok ? t('warn.put') : t('error.unknown'), ok ? 'good' : 'bad'))}>
          {t('warn.seen')}
        </button>
        {link && <Link to={whereTo(warning)} className="button" aria-label={`${t('warn.go')}: ${warning.text}`}>{t('warn.go')}</Link>}
      </div>
    </div>
  )
}

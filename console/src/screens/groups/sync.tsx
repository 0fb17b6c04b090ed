import { useQuery } from '@tanstack/react-query'
import { call, client, useChange } from '../../api'
import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { room } from './words'

/** Sync is how far the reading of the WeCom groups is, and lets her have them read now. Without WeCom there is nothing to read. */
export function Sync() {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const sync = useQuery({
    queryKey: ['sync'], queryFn: () => call(client.GET('/api/console/v1/sync')), retry: false,
    refetchInterval: (q) => (q.state.data?.running ? 2_500 : 30_000),
  })
  const start = useChange(() => call(client.POST('/api/console/v1/sync')))
  const data = sync.data
  if (!data || (data.next_at === 0 && data.syncs.length === 0 && !data.running)) return null
  const { running } = data
  const last = data.syncs[0]
  return (
    <section className="card sync" aria-label={w('sync.title')}>
      {running ? (
        <div className="sync-bar">
          <p className="small" role="status">{running.total > 0 ? w('sync.reading', { n: running.done, max: running.total }) : w('sync.listing')}</p>
          <progress value={running.total > 0 ? running.done : undefined} max={Math.max(1, running.total)} aria-label={w('sync.title')} />
        </div>
      ) : (
        <p className="small muted">
          {last ? w(last.state === 'failed' ? 'sync.failedAt' : 'sync.lastAt', { when: say(last.ended_at), n: last.total }) : w('sync.never')}
          {last && last.failed > 0 && ` · ${w('sync.some', { n: last.failed })}`}
          {last?.state === 'failed' && last.error && ` · ${last.error}`}
        </p>
      )}
      <button type="button" className="button" disabled={running !== null || start.isPending}
        onClick={() => void start.do(undefined).then((ok) => ok ? tell(w('sync.begun')) : tell(start.error ? told(start.error, t) : w('sync.not'), 'bad'))}>
        <Icon name="again" />{w('sync.now')}
      </button>
    </section>
  )
}

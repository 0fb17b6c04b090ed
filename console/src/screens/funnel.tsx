import type { CSSProperties } from 'react'
import { useText } from '../text'
import { count, share } from '../text/number'
import type { Funnel, StageCount } from '../types'
import { Note } from '../ui/note'
import { Empty } from '../ui/states'
import { useWhen } from '../ui/viewer'

/** FunnelCard draws how many people reach each step: bars side by side, on phones one below the other. */
export function FunnelCard({ funnel }: { funnel: Funnel }) {
  const { t } = useText()
  const stages = funnel.stages
  const first = stages[0]?.people ?? 0
  return (
    <section className="card" aria-labelledby="funnel">
      <div className="card-head">
        <h2 id="funnel">{t('funnel.title')}<small>{t('funnel.period')}</small></h2>
        <HowCounted asOf={funnel.as_of} />
      </div>
      {first === 0 ? <Empty icon="today" title={t('funnel.empty')} text={t('funnel.emptyText')} /> : (
        <ol className="funnel">
          {stages.map((stage, i) => <Step key={stage.stage} stage={stage} next={stages[i + 1]} first={first} />)}
        </ol>
      )}
    </section>
  )
}

function Step({ stage, next, first }: { stage: StageCount; next?: StageCount; first: number }) {
  const { t, lang } = useText()
  const part = (n: number) => `${Math.max(0, Math.min(1, n / first)) * 100}%`
  const style = { '--here': part(stage.people), '--next': part(next?.people ?? 0) } as CSSProperties
  const lost = next ? stage.people - next.people : 0
  return (
    <li className="step" style={style} data-stage={stage.stage} data-people={stage.people}>
      <p className="step-name">{t(`stage.${stage.stage}`)}</p>
      <p className="step-people">{count(stage.people, lang)}<span className="sr"> {t('today.people')}</span></p>
      <div className="step-plot" aria-hidden="true"><i className="step-bar" />{next && <i className="step-slope" />}</div>
      {next ? (
        <p className="step-next">
          <span className="step-keep">{t('funnel.keep', { p: share(next.people, stage.people, lang) })}</span>
          <span className="muted">{t('funnel.lost', { n: count(lost, lang) })}</span>
        </p>
      ) : (
        <p className="step-next"><span className="step-keep good">{t('funnel.overall', { p: share(stage.people, first, lang) })}</span></p>
      )}
    </li>
  )
}

function HowCounted({ asOf }: { asOf: number }) {
  const { t } = useText()
  const { say } = useWhen()
  const stages = ['video', 'follow', 'group', 'mini', 'claim', 'redeem', 'repeat'] as const
  return (
    <Note label={t('how.open')}>
      <dl className="how">
        {stages.map((s) => <div key={s}><dt>{t(`stage.${s}`)}</dt><dd>{t(`stageHow.${s}`)}</dd></div>)}
      </dl>
      <ul className="how-notes">
        {(['person', 'time', 'rate', 'row', 'numbers'] as const).map((k) => <li key={k}>{t(`how.${k}`)}</li>)}
        <li>{t('how.asOf', { when: say(asOf) })}</li>
      </ul>
    </Note>
  )
}

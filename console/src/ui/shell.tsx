import { Dialog } from '@base-ui/react/dialog'
import { type ReactNode, useState } from 'react'
import { Link, useLocation, useRoute } from 'wouter'
import { useSignOut, useToday } from '../api'
import { type Key, useText } from '../text'
import { offsetAt } from '../text/time'
import { type Theme, useTheme } from '../theme'
import type { Lang } from '../types'
import { Icon, type IconName, Mark } from './icons'
import { told } from './states'
import { StopBanner, StopButton } from './stop'
import { useTell } from './toast'
import { useViewer } from './viewer'

/** Shell is the frame of every page: a column at the left, on phones a bar at the top and tabs at the bottom. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useText()
  const { account, community } = useViewer()
  const keeper = account.scope === 'keeper'
  return (
    <div className="shell">
      <a className="skip" href="#main">{t('app.skip')}</a>
      <header className="side">
        <div className="brandline">
          <Mark size={28} />
          <div>
            <p className="wordmark">{t('app.name')}</p>
            <p className="community">{community.name}</p>
          </div>
        </div>
        {account.role === 'brand' ? <BrandNav /> : keeper ? <KeeperNav /> : <OrganiserNav />}
        <div className="side-foot">
          {account.role === 'organiser' && !keeper && <StopButton />}
          <LangButton />
          <AccountMenu />
        </div>
      </header>
      <main id="main" tabIndex={-1}><ClockNote />{account.role === 'organiser' && !keeper && <StopBanner />}{children}</main>
    </div>
  )
}

/** ClockNote says that this browser and the server disagree about the clocks of the zone: one of them has old zone data. */
function ClockNote() {
  const { t } = useText()
  const { community, now } = useViewer()
  const off = offsetAt(now, community.zone) - community.offset
  if (off === 0) return null
  return <p className="notice warn clock-note"><Icon name="clock" />{t('clock.off', { n: Math.abs(off), zone: community.zone })}</p>
}

function OrganiserNav() {
  const { t } = useText()
  const today = useToday().data
  const posts = today?.tasks.filter((task) => task.kind === 'ordinary').length ?? 0
  return (
    <nav className="nav" aria-label={t('app.nav')}>
      <NavLink to="/" icon="today" label="nav.today" />
      <NavLink to="/tasks" icon="send" label="nav.tasks" waiting={posts} />
      <NavLink to="/groups" icon="groups" label="nav.groups" />
      <NavLink to="/approvals" icon="approvals" label="nav.approvals" waiting={today?.approvals} />
      {rooms.map((room) => <NavLink key={room.to} {...room} later waiting={room.to === '/system' ? today?.dead_jobs : 0} />)}
      <MoreRooms waiting={today?.dead_jobs} />
    </nav>
  )
}

/** The rooms that are opened now and then: on a phone they stand behind one tab. */
const rooms: { to: string; icon: IconName; label: Key }[] = [
  { to: '/content', icon: 'content', label: 'nav.content' },
  { to: '/pacing', icon: 'pacing', label: 'nav.pacing' },
  { to: '/codes', icon: 'codes', label: 'nav.codes' },
  { to: '/replies', icon: 'replies', label: 'nav.replies' },
  { to: '/reach', icon: 'reach', label: 'nav.reach' },
  { to: '/members', icon: 'gift', label: 'nav.members' },
  { to: '/shops', icon: 'shop', label: 'nav.shops' },
  { to: '/money', icon: 'money', label: 'nav.money' },
  { to: '/team', icon: 'team', label: 'nav.team' },
  { to: '/system', icon: 'system', label: 'nav.system' },
]

/** MoreRooms is that tab; the style sheet shows it on phones only, and hides the rooms there. */
function MoreRooms({ waiting = 0 }: { waiting?: number }) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  const [path] = useLocation()
  const here = rooms.some((room) => path.startsWith(room.to))
  return (
    <Dialog.Root modal={false} open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="nav-item nav-more" aria-current={here ? 'page' : undefined}>
        <Icon name="more" size={19} /><span>{t('nav.more')}</span><Waiting n={waiting} />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Popup className="menu menu-rooms">
          <Dialog.Title className="sr">{t('nav.more')}</Dialog.Title>
          {rooms.map((room) => (
            <Link key={room.to} to={room.to} className="menu-room" onClick={() => setOpen(false)}>
              <Icon name={room.icon} size={19} />{t(room.label)}
            </Link>
          ))}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function KeeperNav() {
  const { t } = useText()
  return (
    <nav className="nav" aria-label={t('app.nav')}>
      <NavLink to="/tasks" icon="send" label="nav.tasks" />
      <NavLink to="/groups" icon="groups" label="nav.groups" />
    </nav>
  )
}

function BrandNav() {
  const { t } = useText()
  return (
    <nav className="nav" aria-label={t('app.nav')}>
      <NavLink to="/offers" icon="offers" label="nav.offers" />
      <NavLink to="/shops" icon="shop" label="nav.shops" />
      <NavLink to="/money" icon="money" label="nav.money" />
    </nav>
  )
}

function NavLink({ to, icon, label, later, waiting = 0 }: { to: string; icon: IconName; label: Key; later?: boolean; waiting?: number }) {
  const { t } = useText()
  const [here] = useRoute(to === '/' ? '/' : `${to}/*?`)
  return (
    <Link to={to} className="nav-item" data-later={later} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} size={19} />
      <span>{t(label)}</span>
      <Waiting n={waiting} />
    </Link>
  )
}

/** Waiting is the number beside a name: how many things wait there. */
function Waiting({ n }: { n: number }) {
  const { t } = useText()
  if (n === 0) return null
  return <span className="count"><span aria-hidden="true">{n}</span><span className="sr">{t('nav.waiting', { n })}</span></span>
}

/** LangButton names the other language in that language. */
export function LangButton() {
  const { lang, choose } = useText()
  const other: Lang = lang === 'en' ? 'zh-Hans' : 'en'
  return (
    <button type="button" className="button quiet" lang={other} onClick={() => choose(other)}>
      {other === 'en' ? 'English' : '中文'}
    </button>
  )
}

/** AccountMenu stands where the style sheet puts it, beside its button, so it needs no code that measures. */
function AccountMenu() {
  const { t } = useText()
  const { account } = useViewer()
  return (
    <Dialog.Root modal={false}>
      <Dialog.Trigger className="button quiet account" aria-label={`${account.name} · ${t('app.account')}`}>
        <Icon name="person" /><span className="account-name">{account.name}</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Popup className="menu">
          <Dialog.Title className="menu-title">{account.name}<small>{t(`role.${account.role}`)}</small></Dialog.Title>
          <Choices label="app.theme"><ThemeChoices /></Choices>
          <SignOutButton />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Choices({ label, children }: { label: Key; children: ReactNode }) {
  const { t } = useText()
  return (
    <fieldset className="choices">
      <legend>{t(label)}</legend>
      <div className="segments">{children}</div>
    </fieldset>
  )
}

function ThemeChoices() {
  const { t } = useText()
  const [theme, setTheme] = useTheme()
  return (['system', 'light', 'dark'] satisfies Theme[]).map((x) => (
    <button key={x} type="button" className="segment" aria-pressed={theme === x} onClick={() => setTheme(x)}>
      {t(`theme.${x}`)}
    </button>
  ))
}

export function SignOutButton() {
  const { t } = useText()
  const tell = useTell()
  const signOut = useSignOut()
  return (
    <button type="button" className="button wide" disabled={signOut.isPending}
      onClick={() => signOut.mutate(undefined, { onError: (error) => tell(told(error, t), 'bad') })}>
      <Icon name="out" />{t('signout')}
    </button>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { useSaveLang, useSession } from './api'
import { Missing } from './screens/missing'
import { Offers } from './screens/offers'
import { SignIn } from './screens/signin'
import { StaffNotice } from './screens/staff'
import { Today } from './screens/today'
import { useText } from './text'
import type { Session } from './types'
import { Door } from './ui/door'
import { Shell } from './ui/shell'
import { Failed, Waiting } from './ui/states'
import { Viewer } from './ui/viewer'

const Approvals = lazy(() => import('./screens/approvals'))
const OfferRoom = lazy(() => import('./screens/offer'))
const Money = lazy(() => import('./screens/money'))
const Members = lazy(() => import('./screens/members'))
const Shops = lazy(() => import('./screens/shops'))
const Groups = lazy(() => import('./screens/groups'))
const Tasks = lazy(() => import('./screens/tasks'))
const Content = lazy(() => import('./screens/content'))
const Team = lazy(() => import('./screens/team'))
const Join = lazy(() => import('./screens/team/join'))
const Pacing = lazy(() => import('./screens/pacing'))
const Codes = lazy(() => import('./screens/codes'))
const Replies = lazy(() => import('./screens/replies'))
const System = lazy(() => import('./screens/system'))
const Reach = lazy(() => import('./screens/reach'))

export function App() {
  const session = useSession()
  const [path] = useLocation()
  useAccountLang(session.data)
  if (session.isPending) return <Waiting page />
  if (session.isError) return <Failed page error={session.error} retry={() => void session.refetch()} />
  if (!session.data && path === '/join') return <Suspense fallback={<Waiting page />}><Join /></Suspense>
  if (!session.data) return <SignIn />
  return (
    <Viewer session={session.data}>
      <Rooms account={session.data.account} />
    </Viewer>
  )
}

function Rooms({ account }: { account: Session['account'] }) {
  if (account.role === 'staff') return <StaffNotice />
  return <Shell><Door>{account.role === 'brand' ? <BrandRooms /> : account.scope === 'keeper' ? <KeeperRooms /> : <OrganiserRooms />}</Door></Shell>
}

// A link to a page of the other role leads to what is nearest to it, not to an error.
function OrganiserRooms() {
  return (
    <Switch>
      <Route path="/" component={Today} />
      <Route path="/tasks/*?" component={Tasks} />
      <Route path="/groups/*?" component={Groups} />
      <Route path="/approvals" component={Approvals} />
      <Route path="/content/*?" component={Content} />
      <Route path="/pacing/*?" component={Pacing} />
      <Route path="/codes/*?" component={Codes} />
      <Route path="/replies/*?" component={Replies} />
      <Route path="/reach/*?" component={Reach} />
      <Route path="/offers/:id" component={OfferRoom} />
      <Route path="/offers/*?"><Redirect to="/approvals" replace /></Route>
      <Route path="/shops/*?" component={Shops} />
      <Route path="/members/*?" component={Members} />
      <Route path="/money/*?" component={Money} />
      <Route path="/team" component={Team} />
      <Route path="/join"><Redirect to="/" replace /></Route>
      <Route path="/system/*?" component={System} />
      <Route component={Missing} />
    </Switch>
  )
}

// Somebody who keeps some groups posts in them, and tells what only she can know of them.
function KeeperRooms() {
  return (
    <Switch>
      <Route path="/tasks/*?" component={Tasks} />
      <Route path="/groups/*?" component={Groups} />
      <Route path="/pacing/calendar" component={Pacing} />
      <Route path="/pacing/posts/:id" component={Pacing} />
      <Route><Redirect to="/tasks" replace /></Route>
    </Switch>
  )
}

function BrandRooms() {
  return (
    <Switch>
      <Route path="/offers" component={Offers} />
      <Route path="/offers/*" component={OfferRoom} />
      <Route path="/shops/*?" component={Shops} />
      <Route path="/money/*?" component={Money} />
      {['/', '/tasks/*?', '/groups/*?', '/approvals', '/content/*?', '/pacing/*?', '/codes/*?', '/replies/*?', '/reach/*?', '/members/*?', '/team', '/join', '/system/*?'].map((path) => (
        <Route key={path} path={path}><Redirect to="/offers" replace /></Route>
      ))}
      <Route component={Missing} />
    </Switch>
  )
}

/** useAccountLang follows the language of the account, unless it was chosen here: then the account follows. */
function useAccountLang(session: Session | null | undefined) {
  const { lang, chosen, adopt } = useText()
  const save = useSaveLang().mutate
  const queries = useQueryClient()
  const account = session?.account
  useEffect(() => {
    if (!account || account.lang === lang) return
    if (chosen) save(lang)
    else if (account.lang) adopt(account.lang)
    // Only a new account or a new choice counts, not the answer to the saving
  }, [account?.id, lang])
  const asked = useRef(lang)
  useEffect(() => {
    if (asked.current === lang) return
    asked.current = lang
    // What the server says in words is in the language it was asked in.
    void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' })
  }, [lang, queries])
}
